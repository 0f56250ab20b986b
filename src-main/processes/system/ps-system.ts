import { spawnSync } from 'node:child_process'
import { posixSignals, type ProcessRow, rowsBelow } from './posix-processes.ts'
import type { ProcessSystem } from './process-system.ts'

/** macOS, and whatever else has `ps`. Orphans go to the first process of the machine; the group is all that is known of them. */
export const psSystem: ProcessSystem = {
  ...posixSignals,
  holdDescendants() {
    // There is no such thing.
  },
  list: (root, program) => rowsBelow(readPs(), root, program),
}

function readPs(): ProcessRow[] {
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,state='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (listed.error !== undefined) throw listed.error
  return listed.stdout.split('\n').flatMap(line => {
    const [pid, parent, group, kilobytes, state] = line.trim().split(/\s+/)
    // `ps` itself runs below whoever asks, and is gone by now.
    if (state === undefined || Number(pid) === listed.pid) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        isZombie: state.startsWith('Z'),
        residentBytes: Number(kilobytes) * 1_024,
      },
    ]
  })
}
