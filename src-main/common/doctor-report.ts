// What `reneg doctor` found on this machine.

import { z } from "zod";
import { deviceName } from "./device.ts";

export const deviceReport = z.object({
  device: deviceName,
  /** Whether a system of this kind can have it at all. */
  isPossible: z.boolean(),
  available: z.boolean(),
  /** Whether automatic choice may take it: present, and not a GPU that is emulated on the CPU. */
  automatic: z.boolean(),
  /** What was found or is missing. */
  why: z.string(),
  /** How to get it; absent when there is nothing to do. */
  how: z.string().optional(),
});
export type DeviceReport = z.output<typeof deviceReport>;

export const tensorflowReport = z.object({
  /** The npm package whose backend does the optimizer's arithmetic. */
  binding: z.enum(["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs-backend-cpu"]),
  version: z.string(),
  why: z.string(),
});
export type TensorflowReport = z.output<typeof tensorflowReport>;

export const doctorReport = z.object({
  /** `linux x64` */
  platform: z.string(),
  nodeVersion: z.string(),
  onnxruntimeVersion: z.string(),
  cpu: z.object({ model: z.string(), cores: z.int().positive() }),
  memoryMB: z.object({ total: z.number(), free: z.number() }),
  devices: z.array(deviceReport),
  /** What `auto` means here. */
  chosen: deviceName,
  tensorflow: tensorflowReport,
});
export type DoctorReport = z.output<typeof doctorReport>;
