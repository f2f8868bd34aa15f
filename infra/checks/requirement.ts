import { type Property, type RenderedResource, type RenderedStack, readInput } from "./rendered-stack.ts";

/** What security scanners ask of one type of resource. */
export interface Requirement {
  /** What must hold, as a sentence. */
  says: string;
  /** Who asks: `<scanner>:<its id>`, such as `prowler:cognito_user_pool_mfa_enabled`. */
  ids: readonly [string, ...string[]];
  /** The type of resource that is judged. */
  of: string;
  /** Which of them; all unless given. */
  where?: (resource: RenderedResource, stack: RenderedStack) => boolean;
  isMet: (resource: RenderedResource, stack: RenderedStack) => boolean;
}

/** Met when an input has this very value. */
export function inputIs(path: string, wanted: Property) {
  return (resource: RenderedResource): boolean => readInput(resource, path) === wanted;
}

/** Met when an input is a number within these bounds. */
export function inputBetween(path: string, min: number, max = Number.POSITIVE_INFINITY) {
  return (resource: RenderedResource): boolean => {
    const value = readInput(resource, path);
    return typeof value === "number" && value >= min && value <= max;
  };
}

/** Met when an input is there and is not empty. */
export function inputIsGiven(path: string) {
  return (resource: RenderedResource): boolean => {
    const value = readInput(resource, path);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== "";
  };
}

/** Met when a resource of this type names the judged one in that input. */
export function isNamedBy(
  type: string,
  input: string,
  isGood: (other: RenderedResource) => boolean = () => true,
) {
  return (resource: RenderedResource, stack: RenderedStack): boolean =>
    stack.naming(resource, type, input).some(isGood);
}

/** Met when all of these are. */
export function all(...conditions: ((resource: RenderedResource) => boolean)[]) {
  return (resource: RenderedResource): boolean => conditions.every((isMet) => isMet(resource));
}
