import { LocalFileError } from "../runbooks/runtime/errors.ts";

/** What a command said when it was asked which Python it is. */
export interface PythonProbe {
  /** As typed: `python3`, or a path. */
  command: string;
  /** undefined: there is no such command, or it is no Python. */
  found?: {
    version: readonly [major: number, minor: number];
    /** Whether it can make a virtual environment with pip inside. */
    canMakeEnvironments: boolean;
  };
}

/** The oldest Python MiniStack runs on. */
const OLDEST: readonly [number, number] = [3, 10];

/** The commands to try, in order: what the person names, or the usual names. */
export function pythonCandidates(named: string | undefined): string[] {
  return named
    ? [named]
    : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
}

/** The first command that is good enough. Throws a LocalFileError that says what is missing and how to get it. */
export function choosePython(probes: readonly PythonProbe[]): string {
  const good = probes.find(({ found }) => found?.canMakeEnvironments && isNewEnough(found.version));
  if (good !== undefined) return good.command;
  throw refusal(probes);
}

function refusal(probes: readonly PythonProbe[]): LocalFileError {
  const bare = probes.find(({ found }) => found !== undefined && isNewEnough(found.version));
  if (bare?.found !== undefined) {
    return new LocalFileError(
      `Python ${bare.found.version.join(".")} (${bare.command}) lacks its venv and ensurepip modules.`,
      { remedy: "Install them (Debian, Ubuntu: apt install python3-venv), then run this again." },
    );
  }
  const old = probes.find(({ found }) => found !== undefined);
  if (old?.found !== undefined) {
    return new LocalFileError(
      `Python ${old.found.version.join(".")} (${old.command}) is too old for the local AWS.`,
      { remedy: `Install Python ${OLDEST.join(".")} or newer, or name one in PYTHON.` },
    );
  }
  const tried = probes.map(({ command }) => command).join(", ");
  return new LocalFileError(`The local AWS needs Python, and none was found (tried ${tried}).`, {
    remedy: `Install Python ${OLDEST.join(".")} or newer (Debian, Ubuntu: apt install python3-venv), or name one in PYTHON.`,
  });
}

function isNewEnough([major, minor]: readonly [number, number]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
