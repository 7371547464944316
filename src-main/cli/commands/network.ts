// `reneg network`: runs one network of a pipeline on given tensors.

import { Option, type Command } from "commander";
import { componentName, type ComponentName, type NetworkResult } from "../../common/network-run.ts";
import {
  collect,
  deviceOption,
  emaOption,
  jsonOption,
  noEmaOption,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";

const DETAILS = `
Inputs and outputs by component, named as in diffusers and transformers:
  text_encoder  input_ids → last_hidden_state, pooler_output
  unet          sample, timestep, encoder_hidden_states → out_sample
  vae_decoder   latent_sample (unscaled) → sample
  vae_encoder   sample → latent_parameters
  controlnet    sample, timestep, encoder_hidden_states, controlnet_cond, conditioning_scale (one number, or one for each
                residual) → down_block_res_samples.N, mid_block_res_sample; the component unet takes them as
                down_block_additional_residuals.N, mid_block_additional_residual
  unet3d        sample, timestep, encoder_hidden_states, fps (VideoCrafter) → out_sample
  motion        sample, timestep, encoder_hidden_states → out_sample
  reward        any kind: image [batch, 3, height, width] in -1…1, input_ids, attention_mask → score, features.…
                CLIPModel: input_ids, attention_mask, pixel_values → text_embeds, image_embeds, logits_per_image
unet, unet3d and motion also write deep_features, what enters the last up block's last layer. Given as an input it stands in
for the rest of the network, as it does at a cache interval.

With --gradient INPUT, the cotangent of each output is read from the input file as cotangent.OUTPUT (absent: zero), and
gradient.INPUT is written beside the outputs.

Examples:
  $ reneg network emoji --component unet --inputs in.safetensors --output out.safetensors
  $ reneg network path/to/sd15 --component unet --inputs in.safetensors --output out.safetensors \\
      --gradient encoder_hidden_states --device cpu
  $ reneg network path/to/sd15 --component motion --motion v3_sd15_mm.ckpt --inputs in.safetensors --output out.safetensors`;

interface Options extends CommonOptions, DeviceOption {
  readonly component: ComponentName;
  readonly motion?: string;
  readonly ema?: boolean;
  readonly inputs: string;
  readonly output: string;
  readonly gradient?: string[];
}

export function addNetwork(program: Command): void {
  program
    .command("network")
    .description("Run one network of a pipeline on given tensors, to compare it with another program.")
    .argument("<path>", "the pipeline's folder or single file, or the component's own folder")
    .addOption(new Option("--component <name>", "which network").choices(componentName.options).makeOptionMandatory())
    .option("--motion <path>", "the motion modules, for the component motion")
    .addOption(emaOption())
    .addOption(noEmaOption())
    .requiredOption("--inputs <file>", "a safetensors file with the inputs")
    .requiredOption("--output <file>", "the safetensors file to write")
    .option("--gradient <input>", "also write the gradient to this input; may be given several times", collect)
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", DETAILS)
    .action((path: string, { component, motion, ema, inputs, output, gradient, device, ...options }: Options) =>
      runCommand(
        options,
        ({ api, signal }) =>
          api.network({ path, component, motion, ema, inputs, output, gradients: gradient, device }, { signal }),
        (result) => `${printResult(result)}\nwritten to ${output}`,
      ),
    );
}

function printResult({ outputs, device, seconds }: NetworkResult): string {
  const lines = outputs.map(({ name, dtype, shape }) => `${name}  ${dtype}[${shape.join(", ")}]`);
  return [...lines, `${seconds.toFixed(3)} s on ${device}`].join("\n");
}
