// The keys that transformers writes into every config, whatever the model: versions before 5 wrote all of them into the configs of
// towers (PretrainedConfig.to_dict).

/** They say how a model is called, trained, stored, or made to write texts; a trained network computes the same whatever they are. */
export const transformersHarmless: readonly string[] = [
  ...["architectures", "model_type", "transformers_version", "finetuning_task", "task_specific_params", "problem_type"],
  ...["dtype", "torch_dtype", "use_bfloat16", "torchscript", "tf_legacy_loss", "gradient_checkpointing", "use_cache"],
  ...["return_dict", "return_dict_in_generate", "output_attentions", "output_hidden_states", "output_scores"],
  ...["id2label", "label2id", "num_labels", "tokenizer_class", "prefix"],
  ...["initializer_factor", "initializer_range", "dropout", "attention_dropout", "chunk_size_feed_forward"],
  ...["bos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "mask_token_id", "decoder_start_token_id"],
  ...["bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping"],
  ...["encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id"],
  ...["length_penalty", "max_length", "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams"],
  ...["num_return_sequences", "remove_invalid_values", "repetition_penalty", "suppress_tokens", "temperature"],
  ...["top_k", "top_p", "typical_p", "tie_encoder_decoder", "tie_word_embeddings"],
  ...["is_encoder_decoder", "cross_attention_hidden_size"],
];

/** What would make another network of it. */
export const transformersOnly = {
  is_decoder: [false],
  add_cross_attention: [false],
  pruned_heads: [{}],
  // Weights packed into few bits.
  quantization_config: [null],
} as const satisfies Readonly<Record<string, readonly unknown[]>>;
