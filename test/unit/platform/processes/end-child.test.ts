import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import { endChild } from '../../../../src-main/platform/processes/end-child.ts'

it('sends nothing for a program that could not be started, in the same turn and later', async () => {
  const child = spawn('/no/such/program', { stdio: 'ignore' })
  const kill = vi.spyOn(child, 'kill')
  expect(endChild(child)).toBe(false)
  await once(child, 'error')
  expect(endChild(child, 'SIGKILL')).toBe(false)
  expect(kill).not.toHaveBeenCalled()
})

it('ends a program that runs, and no other one once it has ended', async () => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => 0, 1000)'])
  expect(endChild(child, 'SIGKILL')).toBe(true)
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  expect(endChild(child, 'SIGKILL')).toBe(false)
})
