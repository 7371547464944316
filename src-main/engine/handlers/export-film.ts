// Answers `exportFilm`.

import type { ApiHandlers } from "../../common/api.ts";
import { exportFilm as write } from "../../pictures/export-film.ts";

export const exportFilm: ApiHandlers["exportFilm"] = (input) => write(input);
