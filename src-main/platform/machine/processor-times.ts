import os from 'node:os'

/** Of all processors together, since the machine began. */
export interface ProcessorTimes {
  readonly busyMs: number
  readonly totalMs: number
}

export function readProcessorTimes(): ProcessorTimes {
  let [busyMs, totalMs] = [0, 0]
  for (const { times } of os.cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq
    busyMs += busy
    totalMs += busy + times.idle
  }
  return { busyMs, totalMs }
}
