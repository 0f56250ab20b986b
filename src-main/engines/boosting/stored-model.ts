import { AppError, reasonOf } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'
import {
  type Booster,
  type BoosterTable,
  bytesToTensor,
  tensorToBytes,
} from '../../training/boosting/booster.ts'
import type { NamedTensor } from '../../training/objectives/objective-host.ts'

/** A model as the library writes it, and how many rounds it has. */
export function storeModel(library: string, bytes: Uint8Array, rounds: number): NamedTensor[] {
  const count = { name: 'rounds', shape: [1], data: Int32Array.of(rounds) }
  return [bytesToTensor(library, bytes), count]
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
  const reason = cause === undefined ? fact('rule.present') : reasonOf(cause)
  const rule = fact('rule.boosterModel', { library, reason })
  return new AppError('data.invalid', { path: 'model', field: library, value: null, rule }, cause)
}

/** @throws AppError `training.invalid` */
export function requireColumns({ columns }: BoosterTable, count: number): void {
  if (columns.length === count) return
  const rule = fact('rule.columnCount', { count })
  throw new AppError('training.invalid', { field: 'columns', value: columns.length, rule })
}

/**
 * Brings a new training to where a stored one stopped, by doing its rounds again: the libraries' streams of random
 * numbers and last bits of sums are in no file, so nothing else goes on as if it had never stopped.
 * @throws AppError `training.invalid` if this does not give the stored model: other data, parameters or version
 */
export function replay(booster: Booster, start: readonly NamedTensor[] | null): Booster {
  if (start === null) return booster
  try {
    const rounds = start.find(({ name }) => name === 'rounds')?.data[0] ?? 0
    while (booster.rounds < rounds && booster.boostRound());
    const isSame =
      booster.rounds >= rounds &&
      booster.save(rounds).every((tensor, at) => hasSameData(tensor, start[at]))
    if (isSame) return booster
    const rule = fact('rule.goesOnAlike')
    throw new AppError('training.invalid', { field: 'checkpoint', value: rounds, rule })
  } catch (error) {
    booster.dispose()
    throw error
  }
}

function hasSameData({ data }: NamedTensor, other: NamedTensor | undefined): boolean {
  return (
    other !== undefined &&
    data.length === other.data.length &&
    data.every((value, at) => value === other.data[at])
  )
}
