import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStackFileOf, withNextStackFile } from "../../../../runbooks/rotation/swap/stack-file-writer.ts";
import { BadInputError, LocalFileError } from "../../../../runbooks/runtime/errors.ts";

let folder: string;
const path = (name = "Pulumi.dev.yaml") => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-stack-file-"));
  await writeFile(path(), "before\n", { mode: 0o640 });
});
afterEach(() => rm(folder, { recursive: true }));

describe("the stack file that comes next", () => {
  it("lies beside the stack file until it takes its place, with the same permissions", async () => {
    await chmod(path(), 0o640);
    const file = await readStackFileOf(folder, "dev");
    await withNextStackFile(file, "after\n", async (next) => {
      expect(await readFile(next.path, "utf8")).toBe("after\n");
      expect(await readFile(path(), "utf8")).toBe("before\n");
      await next.replace();
      expect(await readFile(path(), "utf8")).toBe("after\n");
    });
    expect((await stat(path())).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(["Pulumi.dev.yaml"]);
  });

  it("goes where it is not wanted, and whatever a killed run left with it", async () => {
    await writeFile(path(".Pulumi.dev.next.yaml"), "left by a killed run\n");
    const file = await readStackFileOf(folder, "dev");
    await expect(
      withNextStackFile(file, "after\n", async (next) => {
        expect(await readFile(next.path, "utf8")).toBe("after\n");
        throw new Error("refused");
      }),
    ).rejects.toThrow("refused");
    expect(await readFile(path(), "utf8")).toBe("before\n");
    expect(await readdir(folder)).toEqual(["Pulumi.dev.yaml"]);
  });

  it("is not written through a link that somebody laid where it goes", async () => {
    await writeFile(path("precious"), "precious\n");
    await symlink(path("precious"), path(".Pulumi.dev.next.yaml"));
    const file = await readStackFileOf(folder, "dev");
    await withNextStackFile(file, "after\n", async () => undefined);
    expect(await readFile(path("precious"), "utf8")).toBe("precious\n");
  });

  it("takes the place of the file that a link leads to, and the link stays", async () => {
    await mkdir(path("stacks"));
    await writeFile(join(folder, "stacks", "prod.yaml"), "before\n");
    await symlink(join("stacks", "prod.yaml"), path("Pulumi.prod.yaml"));
    const file = await readStackFileOf(folder, "prod");
    await withNextStackFile(file, "after\n", (next) => next.replace());
    expect(await readFile(join(folder, "stacks", "prod.yaml"), "utf8")).toBe("after\n");
    expect(await readFile(path("Pulumi.prod.yaml"), "utf8")).toBe("after\n");
  });

  it("does not take the place of a file that somebody changed meanwhile", async () => {
    const file = await readStackFileOf(folder, "dev");
    const work = withNextStackFile(file, "after\n", async (next) => {
      await writeFile(path(), "by somebody\n");
      await next.replace();
    });
    await expect(work).rejects.toThrow(
      new BadInputError(
        "Somebody changed Pulumi.dev.yaml meanwhile; it was left as it is, and nothing was deployed.",
        { remedy: "Run this again." },
      ),
    );
    expect(await readFile(path(), "utf8")).toBe("by somebody\n");
  });

  it("needs a stack file", async () => {
    await expect(readStackFileOf(folder, "prod")).rejects.toThrow(
      new BadInputError("There is no Pulumi.prod.yaml in the project's folder.", {
        remedy: "Run this where the stack file is: a swap of clients is a change of it.",
      }),
    );
    await mkdir(path("Pulumi.folder.yaml"));
    await expect(readStackFileOf(folder, "folder")).rejects.toThrow(
      new LocalFileError("Pulumi.folder.yaml cannot be read (EISDIR).", { remedy: "Check its permissions." }),
    );
  });

  it("says when there is no place for it", async () => {
    const file = await readStackFileOf(folder, "dev");
    await mkdir(path(".Pulumi.dev.next.yaml"));
    const work = withNextStackFile(file, "after\n", async () => undefined);
    await expect(work).rejects.toThrow(/^Pulumi\.dev\.yaml cannot be written \(\w+\)\.$/);
  });
});
