import { AppError, errorMessage } from '../../../../core/errors/errors.ts'
import { gpusOfSlot } from '../../../../core/machine/gpus.ts'
import { together } from '../../../../core/errors/message.ts'
import { LOCAL_MACHINE } from '../../../../core/trial/trial.ts'
import type { SshOptions } from '../common/definition.ts'

/** A slot of a machine, from 0. */
export interface MachineSlot {
  readonly host: string
  readonly slot: number
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

/** The slots on this computer, which trials of other studies want, too. */
export interface LocalSlots {
  readonly slots: number
  /** One of those that are free, with all that a trial needs; null if something is wanting now. */
  readonly choose: (free: readonly number[], running: number) => number | null
  readonly free: (slot: number) => void
}

interface MachineSlotsOptions {
  readonly options: SshOptions
  /** Default: trials take turns over the GPUs. */
  readonly gpusPerTrial?: number | undefined
  /** Null: all trials run on machines. */
  readonly local?: LocalSlots | null
}

const LOOK_EVERY_MS = 1_000
const LONGEST_REST_MS = 10_000

/**
 * Which machine takes the next trial: the least busy one that answers; this computer is one of them where the study says so. A slow machine
 * frees its slots less often, and so gets fewer.
 */
export class MachineSlots {
  readonly #machines: readonly MachineState[]
  readonly #lostAfterMs: number
  readonly #gpusPerTrial: number | undefined
  readonly #local: LocalSlots | null
  readonly #waiting = new Set<() => void>()
  /** No machine has taken a trial since then, and why. */
  #failing: { readonly sinceMs: number; readonly reasons: Map<string, AppError> } | null = null

  constructor({
    options: { machines, lostAfterSeconds },
    gpusPerTrial,
    local = null,
  }: MachineSlotsOptions) {
    this.#gpusPerTrial = gpusPerTrial
    this.#local = local
    this.#lostAfterMs = lostAfterSeconds * 1_000
    const localMachine =
      local === null ? [] : [{ host: LOCAL_MACHINE, slots: local.slots, gpus: 0 }]
    this.#machines = [...localMachine, ...machines].map(({ host, slots, gpus }) => {
      return { host, slots, gpus, busy: new Set<number>(), restsUntilMs: 0 }
    })
  }

  /** @param isWanted asked while it waits @throws AppError `machine.none` when no machine has answered for too long, and none run here */
  async take(isWanted: () => boolean): Promise<MachineSlot | null> {
    while (isWanted()) {
      const now = performance.now()
      const free = this.#machines.filter(({ busy, slots }) => busy.size < slots)
      const answering = free
        .filter(({ restsUntilMs }) => restsUntilMs <= now)
        .sort((left, right) => left.busy.size / left.slots - right.busy.size / right.slots)
      for (const machine of answering) {
        const slot = this.#freeSlotOf(machine)
        if (slot !== null) return this.hold(machine.host, slot)
      }
      // One that still runs a trial answers, and this computer takes one in time.
      const isIdle = this.#local === null && this.#machines.every(({ busy }) => busy.size === 0)
      if (isIdle && this.#failing !== null && now - this.#failing.sinceMs > this.#lostAfterMs) {
        const reasons = [...this.#failing.reasons.values()].map(error => errorMessage(error))
        throw new AppError('machine.none', { reason: together(...reasons) })
      }
      await this.#change()
    }
    return null
  }

  /** Also where a job of an earlier session holds it. Null for a machine that the study no longer names. */
  hold(host: string, slot: number): MachineSlot | null {
    const machine = this.#machines.find(state => state.host === host)
    if (machine === undefined) return null
    machine.busy.add(slot)
    return { host, slot, gpus: gpusOfSlot(slot, machine.gpus, this.#gpusPerTrial) }
  }

  release({ host, slot }: Pick<MachineSlot, 'host' | 'slot'>): void {
    if (host === LOCAL_MACHINE) this.#local?.free(slot)
    this.#machines.find(state => state.host === host)?.busy.delete(slot)
    this.wake()
  }

  /** Somebody who waits for a slot looks again. */
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
    const machine = this.#machines.find(state => state.host === host)
    if (machine !== undefined)
      machine.restsUntilMs = now + Math.min(LONGEST_REST_MS, this.#lostAfterMs / 2)
    this.#failing ??= { sinceMs: now, reasons: new Map() }
    this.#failing.reasons.set(host, error)
  }

  #freeSlotOf({ host, slots, busy }: MachineState): number | null {
    const free = Array.from({ length: slots }, (_, slot) => slot).filter(slot => !busy.has(slot))
    return host === LOCAL_MACHINE
      ? (this.#local?.choose(free, busy.size) ?? null)
      : (free[0] ?? null)
  }

  /** Until a slot is free, or a machine has rested. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const timer = setTimeout(resolve, LOOK_EVERY_MS)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }
}
