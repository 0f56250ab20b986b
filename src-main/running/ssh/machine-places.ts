import { AppError, errorFact } from '../../core/errors/errors.ts'
import type { SshSettings } from '../../contract/executor.ts'
import { gpusOfPlace } from '../../core/machine/gpus.ts'
import { together } from '../../core/errors/fact.ts'
import { HERE } from '../../core/trial/trial.ts'

/** A place of a machine, from 0. */
export interface MachinePlace {
  readonly host: string
  readonly place: number
  /** GPUs of the machine that it may use; none: whichever there are. */
  readonly gpus: readonly number[]
}

interface MachineState {
  readonly host: string
  readonly slots: number
  readonly gpus: number
  readonly busy: Set<number>
  restsUntilMs: number
}

/** The places on this computer, which trials of other studies want, too. */
export interface PlacesHere {
  readonly slots: number
  /** One of those that are free, with all that a trial needs; null if something is wanting now. */
  readonly choose: (free: readonly number[], running: number) => number | null
  readonly free: (place: number) => void
}

interface PlacesOptions {
  readonly settings: SshSettings
  /** Default: trials take turns over the GPUs. */
  readonly gpusPerTrial?: number | undefined
  /** Null: all trials run on machines. */
  readonly here?: PlacesHere | null
}

const LOOK_EVERY_MS = 1_000
const LONGEST_REST_MS = 10_000

/**
 * Which machine takes the next trial: the least busy one that answers; this computer is one of them where the study says so. A slow machine
 * frees its places less often, and so gets fewer.
 */
export class MachinePlaces {
  readonly #machines: readonly MachineState[]
  readonly #lostAfterMs: number
  readonly #gpusPerTrial: number | undefined
  readonly #here: PlacesHere | null
  readonly #waiting = new Set<() => void>()
  /** No machine has taken a trial since then, and why. */
  #failing: { readonly sinceMs: number; readonly reasons: Map<string, AppError> } | null = null

  constructor({ settings: { ssh, lostAfterSeconds }, gpusPerTrial, here = null }: PlacesOptions) {
    this.#gpusPerTrial = gpusPerTrial
    this.#here = here
    this.#lostAfterMs = lostAfterSeconds * 1_000
    const own = here === null ? [] : [{ host: HERE, slots: here.slots, gpus: 0 }]
    this.#machines = [...own, ...ssh].map(({ host, slots, gpus }) => {
      return { host, slots, gpus, busy: new Set<number>(), restsUntilMs: 0 }
    })
  }

  /** @param isWanted asked while it waits @throws AppError `machine.none` when no machine has answered for too long, and none run here */
  async take(isWanted: () => boolean): Promise<MachinePlace | null> {
    while (isWanted()) {
      const now = performance.now()
      const free = this.#machines.filter(({ busy, slots }) => busy.size < slots)
      const answering = free
        .filter(({ restsUntilMs }) => restsUntilMs <= now)
        .sort((left, right) => left.busy.size / left.slots - right.busy.size / right.slots)
      for (const machine of answering) {
        const place = this.#placeOf(machine)
        if (place !== null) return this.hold(machine.host, place)
      }
      // One that still runs a trial answers, and this computer takes one in time.
      const isIdle = this.#here === null && this.#machines.every(({ busy }) => busy.size === 0)
      if (isIdle && this.#failing !== null && now - this.#failing.sinceMs > this.#lostAfterMs) {
        const reasons = [...this.#failing.reasons.values()].map(error => errorFact(error))
        throw new AppError('machine.none', { reason: together(...reasons) })
      }
      await this.#change()
    }
    return null
  }

  /** Also where a job of an earlier session holds it. Null for a machine that the study no longer names. */
  hold(host: string, place: number): MachinePlace | null {
    const machine = this.#machines.find(one => one.host === host)
    if (machine === undefined) return null
    machine.busy.add(place)
    return { host, place, gpus: gpusOfPlace(place, machine.gpus, this.#gpusPerTrial) }
  }

  release({ host, place }: Pick<MachinePlace, 'host' | 'place'>): void {
    if (host === HERE) this.#here?.free(place)
    this.#machines.find(one => one.host === host)?.busy.delete(place)
    this.wake()
  }

  /** Somebody who waits for a place looks again. */
  wake(): void {
    for (const wake of this.#waiting) wake()
  }

  /** The machine took a trial. */
  went(): void {
    this.#failing = null
  }

  /** The machine did not take a trial, or lost one: others are asked first for a while. */
  rest(host: string, error: AppError): void {
    const now = performance.now()
    const machine = this.#machines.find(one => one.host === host)
    if (machine !== undefined)
      machine.restsUntilMs = now + Math.min(LONGEST_REST_MS, this.#lostAfterMs / 2)
    this.#failing ??= { sinceMs: now, reasons: new Map() }
    this.#failing.reasons.set(host, error)
  }

  #placeOf({ host, slots, busy }: MachineState): number | null {
    const free = Array.from({ length: slots }, (_, place) => place).filter(one => !busy.has(one))
    return host === HERE ? (this.#here?.choose(free, busy.size) ?? null) : (free[0] ?? null)
  }

  /** Until a place is free, or a machine has rested. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const timer = setTimeout(resolve, LOOK_EVERY_MS)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }
}
