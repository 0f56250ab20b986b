import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'

/** Variable by which the processes of one project are known; its value is the project's folder. */
export const markVariable = 'TUNEWRIGHT_ENDURANCE'

export type Role =
  | 'launcher'
  | 'main'
  | 'trainer'
  | 'search'
  | 'supervisor'
  | 'program'
  | 'connection'
  | 'job'
  | 'other'

export interface MarkedProcess {
  readonly pid: number
  readonly role: Role
}

const entries: readonly (readonly [string, Role])[] = [
  ['bin/tunewright.cjs', 'launcher'],
  ['src-main/cli.ts', 'main'],
  ['entry-points/trainer', 'trainer'],
  ['entry-points/search', 'search'],
  ['entry-points/supervisor', 'supervisor'],
  ['src-main/entry-points/', 'other'],
  ['line.cjs', 'program'],
  ['ControlMaster=no', 'connection'],
  // The shells of a job.
  ['/run.sh', 'job'],
  ['/submit.sh', 'job'],
]

/** Folder below a project in which the machines of its study have their homes. */
export const machineFolder = 'machines'

/** Everything alive that was started for a project, from what Linux says of each process. */
export function markedProcesses(folder: string): MarkedProcess[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const variables = read(pid, 'environ')
    const isMine = variables.includes(`${markVariable}=${folder}\0`)
    // A zombie has no command line.
    const command = isMine ? read(pid, 'cmdline') : ''
    if (command === '') return []
    const role = entries.find(([part]) => command.includes(part))?.[1] ?? 'other'
    const isElsewhere = variables.includes(`HOME=${folder}/${machineFolder}/`)
    return [{ pid, role: isElsewhere && role !== 'program' ? 'job' : role }]
  })
}

/** The most memory that a process has held, in MB; 0 for one that is gone. */
export function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0) / 1_024
}

/** Processor time that a process has used; 0 for one that is gone. */
export function cpuSecondsOf(pid: number): number {
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return ''
  }
}
