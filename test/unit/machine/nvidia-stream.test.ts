import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { NvidiaStream } from '../../../src-main/machine/nvidia-stream.ts'

const children: (EventEmitter & { pid: number | undefined; kill: () => boolean })[] = []
let nextPid: number | undefined

vi.mock('node:child_process', () => ({
  spawn: () => {
    const child = Object.assign(new EventEmitter(), {
      ...{ pid: nextPid, stdout: new PassThrough(), unref: () => undefined },
      kill: vi.fn(() => true),
    })
    children.push(child)
    return child
  },
}))

// Node's handle of a program that could not be started holds no sound number: its kill has ended the whole process group.
it.each([undefined, 4_711])('ends the programs that were started, and only those: %s', pid => {
  nextPid = pid
  const before = children.length
  new NvidiaStream({ now: () => 0 }).close()
  const opened = children.slice(before)
  expect(opened).toHaveLength(2)
  for (const { kill } of opened) expect(kill).toHaveBeenCalledTimes(pid === undefined ? 0 : 1)
})
