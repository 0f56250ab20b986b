import { byName } from '../../values/named-values.ts'
import { cpu } from './cpu/cpu.ts'
import type { ComputingDefinition } from './engine-definition.ts'
import { lightgbm } from './lightgbm/lightgbm.ts'
import { tensorflow } from './tensorflow/tensorflow.ts'
import { wasm } from './wasm/wasm.ts'
import { webgpu } from './webgpu/webgpu.ts'
import { xgboost } from './xgboost/xgboost.ts'

/**
 * Tensor backends that a study can ask for, best first; `auto` takes the first that passes its checks. Not `webgpu`,
 * which is faster than `wasm` for large networks only: it has to be asked for.
 */
const backends = [tensorflow, webgpu, wasm, cpu] as const
/** Libraries of boosted trees, best first. */
const boosters = [lightgbm, xgboost] as const

export type EngineName = (typeof backends)[number]['name']
/** Libraries of boosted trees come as packs, as TensorFlow does. */
export type BoosterPack = (typeof boosters)[number]['name']
export type ComputingName = EngineName | BoosterPack
/** Libraries that are installed from published wheels, on demand. */
export type PackName = Extract<
  (typeof backends)[number] | (typeof boosters)[number],
  { readonly isPack: true }
>['name']

/** Everything that is checked, by its name, best first. */
export const computing = byName<ComputingDefinition & { readonly name: ComputingName }>([
  ...backends,
  ...boosters,
])

export const engineNames: readonly EngineName[] = backends.map(({ name }) => name)
export const boosterPackNames: readonly BoosterPack[] = boosters.map(({ name }) => name)
export const computingNames: readonly ComputingName[] = [...engineNames, ...boosterPackNames]
export const packNames: readonly PackName[] = computingNames.filter(isPack)
/** Those that need nothing that has to be installed, best first. */
export const portableEngineNames = engineNames.filter(name => computing[name].isPortable === true)
/** What is taken where nothing is installed. */
export const bestPortableEngine: EngineName = wasm.name

export function isBoosterPack(name: ComputingName): name is BoosterPack {
  return computing[name].trains === 'trees'
}

export function isPack(name: ComputingName): name is PackName {
  return computing[name].isPack === true
}
