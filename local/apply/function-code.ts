import { isMap } from "../engine/property-path.ts";
import type { PropertyValue } from "../engine/property-values.ts";
import { zipFiles } from "./zip-archive.ts";

/**
 * The archive of a function: Pulumi's AssetArchive of StringAssets as a ZIP. Files named by path are refused: what
 * changes inside them would go unnoticed, as only the path reaches the engine.
 */
export function zipCode(code: PropertyValue | undefined): Buffer {
  const assets = isMap(code) ? code.assets : undefined;
  if (!isMap(assets)) throw new Error("code must be an AssetArchive of StringAssets");
  const files = Object.entries(assets).map(([path, asset]) => {
    if (isMap(asset) && typeof asset.text === "string") return { path, text: asset.text };
    throw new Error(`code: ${path} must be a StringAsset`);
  });
  return zipFiles(files);
}
