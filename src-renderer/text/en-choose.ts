// Words of searching, choosing and dropping, in English.

import { agreeing, counted } from "../../src-main/common/counted.ts";

export const enChoose = {
  absent: (name: string, instead: string) => `There is no ${name} here. ${instead}`,
  title: (node: string, label: string) => `${label} of ${node}`,
  choose: (label: string) => `Choose ${label} from a list`,
  noneYet: "None chosen yet",
  search: "Search, or type anything",
  searchFiles: "Search, or type a path",
  looking: "Looking through the folders…",
  none: "Nothing of that name. Browse for it, or type its path.",
  use: (typed: string) => `Use “${typed}”`,
  chosen: (name: string) => `${name} (chosen)`,
  empty: (what: string) => what.charAt(0).toUpperCase() + what.slice(1),
  writeHere: "Write them here",
  writeHereText: "One prompt a line, in the node itself.",
  often: "Often used",
  orEmbedding: "Begin with an embedding instead",
  unfit: "Does not fit",
  origins: {
    embedded: "Comes with the program",
    run: "Learned here",
    recent: "Used before",
    folder: "In your folders",
  },
  kinds: {
    pipeline: "A pipeline",
    controlnet: "A ControlNet",
    video: "A video model",
    reward: "A reward",
    embedding: "An embedding",
    lora: "A LoRA",
    "text encoder": "A text encoder",
    prompts: "A prompt list",
    pairs: "A folder of pairs",
    ratings: "A folder of rated images",
    image: "An image",
    other: "Something else",
  },
  otherKind: (what: string, node: string | undefined) =>
    node === undefined ? `${what}.` : `${what}: choose it in a ${node} node.`,
  otherSpace: (space: string, wanted: string) => `It is made for ${space}; the pipeline here reads ${wanted}.`,
  needs: {
    title: "Models to get",
    text: "This workflow needs models that do not come with the program. Get them once from where they are published, and put them into one of your folders of models; they are seen as soon as they lie there. Nothing is downloaded by itself.",
    forNode: (title: string, node: string) =>
      title.toLowerCase() === node ? `For ${title}` : `For ${title} (${node})`,
    or: "or",
    get: (files: string) => `Get ${files} from`,
    put: (what: string) => `Put ${what} into a folder of models.`,
    choose: "Choose…",
    use: (name: string) => `Use ${name}`,
    checkAgain: "Check again",
    checked: (left: number, times: number) =>
      `${left} ${agreeing(left, "is", "are")} still to be found${times > 1 ? `, checked ${counted(times, "time")}` : ""}.`,
    found: (names: readonly string[]) => `Found and chosen: ${names.join(", ")}`,
    edit: "Choose what was found",
    banner: "This workflow needs models that do not come with the program.",
    show: "What to get, and from where…",
  },
  withheld: {
    title: (count: number) =>
      count === 1
        ? "The workflow names a file outside of its folder"
        : `The workflow names ${count} files outside of its folder`,
    text: "It came from elsewhere. Nothing looks at these paths, not even whether anything is there, before you allow their folders for this workflow.",
    allow: (folders: number) => (folders === 1 ? "Allow this folder" : `Allow these ${folders} folders`),
    later: "Not now",
    edit: (folders: readonly string[]) =>
      folders.length === 1 ? `Allow ${folders[0]}` : `Allow ${folders.length} folders`,
    banner: (count: number) =>
      count === 1
        ? "1 path from elsewhere is not looked at before you allow its folder."
        : `${count} paths from elsewhere are not looked at before you allow their folders.`,
    show: "Allow folders…",
  },
  drop: {
    edit: (names: readonly string[]) => (names.length === 1 ? `Add ${names[0]}` : `Add ${names.length} files`),
    unusable: (name: string, what: string, why: string) => `${name} (${what}) cannot be used: ${why}`,
    unknown: (name: string) => `${name} is nothing that a node could be given`,
    unknownText: "Models, rewards, embeddings, lists of prompts and folders or Parquet tables of pairs can be.",
    title: (count: number) => (count === 1 ? "Where does it lie?" : "Where do they lie?"),
    text: "What was dropped is large, and a page is not told where a dropped file lies. Nothing is copied: say where it lies on the machine that the program runs on, and it is used from there. What lies in your folders of models is found by itself.",
    locate: (name: string) => `Say where ${name} lies`,
    choose: "Choose…",
    add: (count: number) => (count <= 1 ? "Add to the workflow" : `Add ${count} to the workflow`),
    atWork: (doing: "copying" | "importing", name: string, seconds: number | null) => {
      const told = `${doing === "copying" ? "Copying" : "Importing"} ${name}`;
      return seconds === null ? told : `${told}, ${seconds} s left`;
    },
    stop: (doing: "copying" | "importing", name: string) => `Stop ${doing} ${name}`,
    importPairs: "Import",
    editImport: (name: string) => `Import ${name}`,
  },
  foldersText: "Folders of ComfyUI, of A1111 or of a Hugging Face cache are searched as they are.",
};
