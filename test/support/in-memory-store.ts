import type { SetStore } from "../../runbooks/backup/set-store.ts";
import { NotFoundError } from "../../runbooks/runtime/errors.ts";

export interface InMemoryStore extends SetStore {
  objects: Map<string, Buffer>;
}

/** A bucket in memory that refuses to overwrite, as the real one does. */
export function createInMemoryStore(objects: Map<string, Buffer> = new Map()): InMemoryStore {
  return {
    bucket: "backups",
    objects,
    put: async (key, body) => {
      if (objects.has(key)) throw new Error(`${key} would be overwritten`);
      objects.set(key, body);
    },
    get: async (key) => {
      const body = objects.get(key);
      if (!body) throw new NotFoundError(`${key} is not there.`);
      return body;
    },
    list: async function* (prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      yield keys.map((key) => ({ key, bytes: objects.get(key)?.length ?? 0 }));
    },
    listFolders: async (prefix) => [
      ...new Set(
        [...objects.keys()]
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length).split("/")[0] ?? ""),
      ),
    ],
  };
}
