import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'

/** Data of a tensor by a number: state, feeds, constants and results of calls. */
export type Slot = number

/** An input of a call: whose data, seen in which shape and type. */
interface InputUse {
  readonly key: string
  readonly slot: Slot
  readonly shape: number[]
  readonly dtype: TensorInfo['dtype']
}

export interface RecordedKernel {
  readonly kernelFunc: KernelFunc
  readonly inputs: readonly InputUse[]
  /** Whether the kernel takes a list instead of named inputs. */
  readonly listed: boolean
  readonly attrs: unknown
  readonly outputs: readonly Slot[]
}

/** A kernel to call, and the data that nobody needs after it. */
export interface PlannedKernel extends RecordedKernel {
  readonly lastUses: readonly Slot[]
}

/**
 * The part of a recording that has to be done again: calls whose results nobody needs go, and each result is freed after its
 * last use.
 * @param wanted slots that are read at the end
 * @param isPersistent whether a slot outlives the run (state, constants)
 */
export function planReplay(
  kernels: readonly RecordedKernel[],
  wanted: readonly Slot[],
  isPersistent: (slot: Slot) => boolean,
): PlannedKernel[] {
  const atEnd = new Set(wanted)
  // Backwards, so the first use that is met is the last one.
  const met = new Set(wanted)
  const planned: PlannedKernel[] = []
  for (const kernel of [...kernels].reverse()) {
    if (!kernel.outputs.some(slot => met.has(slot))) continue
    const ends = new Set<Slot>()
    for (const slot of [...kernel.outputs, ...kernel.inputs.map(input => input.slot)]) {
      if (!met.has(slot) && !atEnd.has(slot) && !isPersistent(slot)) ends.add(slot)
    }
    for (const slot of ends) met.add(slot)
    planned.unshift({ ...kernel, lastUses: [...ends] })
    for (const input of kernel.inputs) met.add(input.slot)
  }
  return planned
}
