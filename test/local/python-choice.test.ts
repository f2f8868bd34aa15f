import { expect, test } from "vitest";
import { choosePython, type PythonProbe, pythonCandidates } from "../../local/python-choice.ts";

const found = (command: string, version: [number, number], canMakeEnvironments = true): PythonProbe => ({
  command,
  found: { version, canMakeEnvironments },
});

test("takes the first Python that is new enough and can make environments", () => {
  const probes = [
    { command: "python3" },
    found("python3.9", [3, 9]),
    found("python3.12", [3, 12], false),
    found("python3.11", [3, 11]),
    found("python3.13", [3, 13]),
  ];
  expect(choosePython(probes)).toBe("python3.11");
});

test.each<[[number, number], boolean]>([
  [[3, 10], true],
  [[3, 9], false],
  [[2, 7], false],
  [[3, 14], true],
  [[4, 0], true],
])("Python %j is new enough: %s", (version, isGood) => {
  const choose = () => choosePython([found("python3", version)]);
  if (isGood) expect(choose()).toBe("python3");
  else expect(choose).toThrow(/is too old/);
});

test.each<[string, PythonProbe[], string, string]>([
  [
    "none",
    [{ command: "python3" }, { command: "python" }],
    "The local AWS needs Python, and none was found (tried python3, python).",
    "Install Python 3.10 or newer (Debian, Ubuntu: apt install python3-venv), or name one in PYTHON.",
  ],
  [
    "only an old one",
    [{ command: "python3" }, found("python", [2, 7])],
    "Python 2.7 (python) is too old for the local AWS.",
    "Install Python 3.10 or newer, or name one in PYTHON.",
  ],
  [
    "one without its venv module",
    [found("python3.9", [3, 9]), found("python3", [3, 11], false)],
    "Python 3.11 (python3) lacks its venv and ensurepip modules.",
    "Install them (Debian, Ubuntu: apt install python3-venv), then run this again.",
  ],
])("says what to install where there is %s", (_, probes, message, remedy) => {
  expect(() => choosePython(probes)).toThrow(expect.objectContaining({ message, remedy, exitCode: 16 }));
});

test("asks only the Python that the person names", () => {
  expect(pythonCandidates("/opt/python/bin/python")).toEqual(["/opt/python/bin/python"]);
  expect(pythonCandidates(undefined)[0]).toBe("python3");
  expect(pythonCandidates("")[0]).toBe("python3");
});
