/** One process as the system sees it now. */
export interface SystemProcess {
  readonly pid: number
  readonly residentBytes: number
  /** When it started, in a unit of the system: with its id, who it is. Absent where the system does not say. */
  readonly startTicks?: number
}

/**
 * Processes that are not ours: programs of the user with everything that they start. One per operating system; the same tests hold for
 * each (test/suites/process-system-suite.ts).
 */
export interface ProcessSystem {
  /** Whether a program is started in a group of its own, by which it is told to end. */
  readonly usesGroups: boolean
  /**
   * To be called by the process that answers for a program, before it starts it: from now on no descendant gets lost, and where the
   * system can do that, all of them die with this process.
   * @param maxProcesses how many there may be; a system that can hold back more than twice as many does
   */
  holdDescendants(maxProcesses: number): void
  /**
   * Every living process below `root`, without `root` itself, whatever group or session it has moved to. One that lost its parent
   * belongs to `root` only if that holds its descendants, or while it is still in the group `groupId`.
   */
  list(root: number, groupId?: number): SystemProcess[]
  /** Asks a group of processes to end, as gently as the system can. */
  askToEnd(groupId: number, signal: NodeJS.Signals): void
  /** Ends a group at once; see `killProcess`. */
  killGroup(groupId: number): void
  /** @returns whether it was there */
  killProcess(pid: number): boolean
  /** Holds a process until `resume`. @returns whether it was there */
  suspend(pid: number): boolean
  resume(pid: number): boolean
  /** Memory of a process beside files that it maps, which the system takes back; null where it is gone, or the system does not say. */
  heldBytes(pid: number): number | null
  /** Time of the processors of one process, without those below it; null where it is gone, or the system does not say. Looks at no other process. */
  cpuMs(pid: number): number | null
  /** Of `root` and the living processes below it; nothing where nobody is there. */
  used(root: number): UsedTime
}

export interface UsedTime {
  /** Of the processors. */
  readonly ms: number
  /** Whose time is gone from the count once they end. None where the system adds it to their parents'. */
  readonly forgotten: readonly number[]
}
