// The vocabulary of a CLIP reward: the one beside it, or CLIP's own, which most rewards leave out.

import { counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { ClipTextConfig } from "../clip/clip-config.ts";
import { CLIP_VOCABULARY_SIZE, readClipVocabulary } from "../tokenizer/clip-vocabulary.ts";
import { holdsTokenizer, readTokenizerFiles, type TokenizerFiles } from "../tokenizer/tokenizer-files.ts";

/** @param file what tells the sizes of the text tower, for messages */
export function readRewardTokenizer(folder: string, file: string, text: ClipTextConfig): TokenizerFiles {
  const { vocab_size: vocabulary, max_position_embeddings: positions } = text;
  const tokenizer = holdsTokenizer(folder) ? readTokenizerFiles(folder) : ownTokenizer(file, vocabulary);
  if (tokenizer.length <= positions) return tokenizer;
  return refuse({
    code: "tokenizer-length",
    at: { file: folder, part: "model_max_length" },
    message: `the tokenizer pads to ${counted(tokenizer.length, "token")}, but the text tower has ${counted(positions, "position")}`,
    help: "use the tokenizer that came with this model",
  });
}

function ownTokenizer(file: string, vocabulary: number): TokenizerFiles {
  // What stands behind the end of a text is not looked at.
  if (vocabulary === CLIP_VOCABULARY_SIZE) return readClipVocabulary("zero");
  return refuse({
    code: "tokenizer-file",
    at: { file },
    message: `the text tower knows ${vocabulary} tokens, which is not the vocabulary of CLIP, and no vocab.json or tokenizer.json lies beside it`,
    help: "put the model's vocab.json and merges.txt, or its tokenizer.json, into its folder",
  });
}
