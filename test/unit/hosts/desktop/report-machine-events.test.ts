import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import type { MachineEvent } from '../../../../src-main/features/run-conditions/common/run-conditions.ts'
import {
  reportMachineEvents,
  reportMachineStateNow,
} from '../../../../src-main/hosts/desktop/report-machine-events.ts'

class FakeWindow extends EventEmitter {
  isFull = false
  isFullScreen(): boolean {
    return this.isFull
  }
}

it('says whether the window in front is ours and fills the screen, each change once', async () => {
  const app = new EventEmitter()
  let onBattery = true
  const power = Object.assign(new EventEmitter(), { isOnBatteryPower: () => onBattery })
  let focused: FakeWindow | null = null
  const electron = { app, powerMonitor: power, BrowserWindow: { getFocusedWindow: () => focused } }
  const messages: MachineEvent[] = []
  reportMachineEvents(electron as never, event => void messages.push(event))
  const [first, second] = [new FakeWindow(), new FakeWindow()]
  for (const window of [first, second]) app.emit('browser-window-created', {}, window)
  focused = first
  first.emit('focus')
  expect(messages).toEqual([])
  first.isFull = true
  first.emit('enter-full-screen')
  first.emit('focus')
  expect(messages).toEqual(['screenOurs'])
  // Another program, which may fill the screen itself.
  focused = null
  first.emit('blur')
  await new Promise(setImmediate)
  focused = second
  second.emit('focus')
  expect(messages).toEqual(['screenOurs', 'screenNotOurs'])
  focused = first
  first.emit('focus')
  // One of ours comes after the other.
  second.isFull = true
  focused = null
  first.emit('blur')
  focused = second
  second.emit('focus')
  await new Promise(setImmediate)
  focused = null
  first.emit('closed')
  power.emit('suspend')
  expect(messages.slice(2)).toEqual(['screenOurs', 'screenNotOurs', 'sleep'])
  const now: MachineEvent[] = []
  focused = first
  reportMachineStateNow(electron as never, event => void now.push(event))
  onBattery = false
  reportMachineStateNow(electron as never, event => void now.push(event))
  expect(now).toEqual(['battery', 'screenOurs', 'mains', 'screenOurs'])
})
