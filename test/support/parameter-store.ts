import { JsonRefusal, type JsonService } from "./json-service.ts";

/** Small pages, so that every list has several. */
const PAGE = 3;

/** Parameter Store as far as runbooks read outputs: GetParametersByPath, in every Region the same. */
export function parameterService(parameters: ReadonlyMap<string, string>): JsonService {
  return (operation, { Path, NextToken }) => {
    if (operation !== "GetParametersByPath") {
      throw new JsonRefusal("UnknownOperationException", `no ${operation} here`);
    }
    const names = [...parameters.keys()].filter((name) => name.startsWith(String(Path))).sort();
    const start = Number(NextToken ?? 0);
    const more = start + PAGE < names.length ? { NextToken: String(start + PAGE) } : {};
    const page = names.slice(start, start + PAGE);
    return { Parameters: page.map((Name) => ({ Name, Value: parameters.get(Name) })), ...more };
  };
}
