// The words of the interface in the language that is shown.

import { en, type Text } from "./en.ts";

export const text: Text = en;
