import { expect, test } from "vitest";
import { programFolder } from "./source-address.ts";

test("the program of a built repository is the repository", () => {
  expect(programFolder("file:///home/me/reneg/out/main/main.js").href).toBe("file:///home/me/reneg/");
});

test("the program of an installed app lies beside its archive", () => {
  expect(programFolder("file:///opt/ReNeg%20Studio/resources/app.asar/out/main/main.js").href).toBe(
    "file:///opt/ReNeg%20Studio/resources/program/",
  );
  expect(programFolder("file:///C:/Programs/reneg/resources/app.asar/out/main/main.js").href).toBe(
    "file:///C:/Programs/reneg/resources/program/",
  );
});
