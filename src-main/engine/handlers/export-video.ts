// Answers `exportVideo`.

import type { ApiHandlers } from "../../common/api.ts";
import { exportVideo as write } from "../../pictures/export-video.ts";

export const exportVideo: ApiHandlers["exportVideo"] = (input) => write(input);
