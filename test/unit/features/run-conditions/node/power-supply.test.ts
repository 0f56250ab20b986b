import path from 'node:path'
import { expect, it } from 'vitest'
import { readOnBattery } from '../../../../../src-main/features/run-conditions/node/power-supply.ts'
import { layOut, setFile } from '../../../../helpers/file-tree.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('a laptop says whether it runs on its battery; other machines say nothing', () => {
  const folder = layOut(scratch(), 'laptop-on-battery')
  expect(readOnBattery(folder)).toBe(true)
  setFile(folder, 'AC/online', '1')
  setFile(folder, 'BAT0/status', 'Charging')
  expect(readOnBattery(folder)).toBe(false)
  // A full battery at the end of its charge discharges for a moment, and is on mains.
  setFile(folder, 'BAT0/status', 'Discharging')
  expect(readOnBattery(folder)).toBe(false)

  const service = scratch()
  setFile(service, 'hidpp_battery_0/type', 'Battery')
  setFile(service, 'hidpp_battery_0/scope', 'Device')
  setFile(service, 'hidpp_battery_0/status', 'Discharging')
  expect(readOnBattery(service)).toBeNull()
  expect(readOnBattery(path.join(service, 'none'))).toBeNull()
})
