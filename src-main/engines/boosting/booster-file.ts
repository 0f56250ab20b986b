import type { BoosterPack } from '../../core/machine/engines/registry.ts'

/**
 * The library of a pack, inside a wheel and, the same, inside the pack.
 * @returns null where none is published
 */
export function boosterFile(
  pack: BoosterPack,
  platform: NodeJS.Platform,
  architecture: string,
): string | null {
  if (platform === 'win32' && architecture === 'x64') {
    return pack === 'lightgbm' ? 'lightgbm/bin/lib_lightgbm.dll' : 'xgboost/lib/xgboost.dll'
  }
  if (architecture !== 'x64' && architecture !== 'arm64') return null
  const stem = pack === 'lightgbm' ? 'lightgbm/lib/lib_lightgbm' : 'xgboost/lib/libxgboost'
  switch (platform) {
    case 'linux':
      return `${stem}.so`
    case 'darwin':
      return `${stem}.dylib`
    default:
      return null
  }
}
