import { createHash } from 'node:crypto'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import {
  type Booster,
  type BoosterData,
  type BoosterTable,
  bytesToTensor,
  tensorToBytes,
} from '../../training/boosting/booster.ts'
import type { NamedTensor } from '../../training/objectives/objective-host.ts'

/** A model as the library writes it, how many rounds it has and what it was trained from. */
export function storeModel(
  library: string,
  bytes: Uint8Array,
  rounds: number,
  origin: Int32Array,
): NamedTensor[] {
  return [
    bytesToTensor(library, bytes),
    { name: 'rounds', shape: [1], data: Int32Array.of(rounds) },
    { name: 'origin', shape: [origin.length], data: origin },
  ]
}

/** Tables do not change, and are large. */
const digests = new WeakMap<BoosterData, string>()

function digestOf(data: BoosterData): string {
  const cached = digests.get(data)
  if (cached !== undefined) return cached
  const hash = createHash('sha256')
  for (const { kind, values } of data.columns) hash.update(kind).update(values)
  hash.update(data.target).update(data.weights ?? new Float64Array(0))
  const digest = hash.digest('hex')
  digests.set(data, digest)
  return digest
}

/** Equal only for trainings that give the same model: of equal data and settings, by the same version of a library. */
export function originOf(settings: string, data: BoosterData): Int32Array {
  const digest = createHash('sha256').update(settings).update(digestOf(data)).digest()
  return Int32Array.from({ length: digest.length / 4 }, (_, at) => digest.readInt32LE(4 * at))
}

/** Whether a library has written a model. */
export function holdsModel(library: string, model: readonly NamedTensor[]): boolean {
  return model.some(({ name }) => name === library)
}

/** @throws AppError `data.invalid` where there is no model of this library */
export function modelBytes(library: string, model: readonly NamedTensor[]): Uint8Array {
  const tensor = model.find(({ name }) => name === library)
  const bytes = tensor === undefined ? null : tensorToBytes(tensor)
  if (bytes !== null && bytes.length > 0) return bytes
  throw damagedModel(library)
}

/** @param cause words of the library */
export function damagedModel(library: string, cause?: unknown): AppError {
  const reason = cause === undefined ? msg('rule.present') : reasonOf(cause)
  const rule = msg('rule.boosterModel', { library, reason })
  return new AppError('data.invalid', { path: 'model', field: library, value: null, rule }, cause)
}

/** @throws AppError `training.invalid` */
export function requireColumns({ columns }: BoosterTable, count: number): void {
  if (columns.length === count) return
  const rule = msg('rule.columnCount', { count })
  throw new AppError('training.invalid', { field: 'columns', value: columns.length, rule })
}

export interface Beginning {
  /** See `originOf`. */
  readonly origin: () => Int32Array
  readonly begin: () => Booster
  /** @param model grows on, under parameters and data that may be others */
  readonly resume: (model: Uint8Array, rounds: number) => Booster
}

/**
 * Begins a training, or brings it to where a stored one stopped. One of the same origin does its rounds again: the
 * libraries' streams of random numbers and last bits of sums are in no file, so nothing else goes on as if it had never
 * stopped. One of another origin grows on from the model.
 * @throws AppError `data.invalid`; `training.invalid` if the rounds do not give the stored model again
 */
export function startOrResume(
  library: string,
  start: readonly NamedTensor[] | null,
  { origin, begin, resume }: Beginning,
): Booster {
  if (start === null) return begin()
  const numbers = (name: string) => start.find(tensor => tensor.name === name)?.data ?? []
  const rounds = numbers('rounds')[0] ?? 0
  const model = modelBytes(library, start)
  if (!isSame(origin(), numbers('origin'))) return resume(model, rounds)
  const booster = begin()
  try {
    while (booster.rounds < rounds && booster.boostRound());
    if (booster.rounds >= rounds && isSame(model, modelBytes(library, booster.save(rounds)))) {
      return booster
    }
    const rule = msg('rule.continuesAlike')
    throw new AppError('training.invalid', { field: 'checkpoint', value: rounds, rule })
  } catch (error) {
    booster.dispose()
    throw error
  }
}

function isSame(first: ArrayLike<number>, second: ArrayLike<number>): boolean {
  if (first.length !== second.length) return false
  for (let at = 0; at < first.length; at++) if (first[at] !== second[at]) return false
  return true
}
