import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { NvidiaStream } from '../../../../src-main/platform/machine/nvidia-stream.ts'

const children: (EventEmitter & {
  pid: number | undefined
  stdout: PassThrough
  kill: () => boolean
})[] = []
let nextPid: number | undefined

vi.mock('node:child_process', () => ({
  spawn: () => {
    const child = Object.assign(new EventEmitter(), {
      pid: nextPid,
      stdout: new PassThrough(),
      unref: () => undefined,
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

it('are started again after their end, if there was a GPU before', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  nextPid = 4_711
  let nowMs = 0
  const before = children.length
  const stream = new NvidiaStream({ now: () => nowMs })
  const speak = (child: (typeof children)[number] | undefined): void =>
    void child?.stdout.push('GPU-0, Fake GPU, 40, 2000, 8000, 55, 100.00\n')
  const started = (): typeof children => children.slice(before)
  speak(started()[0])
  vi.advanceTimersByTime(1)
  expect(stream.gpus()).toHaveLength(1)
  started()[0]?.emit('exit', 1)
  nowMs = 8_000
  expect(stream.gpus()).toHaveLength(0)
  vi.advanceTimersByTime(10_000)
  expect(started()).toHaveLength(4)
  speak(started()[2])
  vi.advanceTimersByTime(1)
  expect(stream.gpus()).toHaveLength(1)
  // The end of those that were ended is no reason.
  stream.close()
  started()[2]?.emit('exit', 0)
  vi.advanceTimersByTime(60_000)
  expect(started()).toHaveLength(4)
})

it('are not started again where there is no such program', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const before = children.length
  new NvidiaStream({ now: () => 0 })
  children[before]?.emit('error', new Error('ENOENT'))
  vi.advanceTimersByTime(60_000)
  expect(children.length - before).toBe(2)
})
