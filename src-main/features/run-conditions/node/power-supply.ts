import path from 'node:path'
import { namesIn, textIn } from '../../../platform/machine/kernel-files.ts'

/**
 * Whether the machine runs on its battery, as Linux shows it; null where nobody says, as on a machine without one.
 * @param folder default: that of Linux
 */
export function readOnBattery(folder = '/sys/class/power_supply'): boolean | null {
  const supplies = namesIn(folder).map(name => ({
    type: textIn(path.join(folder, name), 'type'),
    online: textIn(path.join(folder, name), 'online'),
    status: textIn(path.join(folder, name), 'status'),
    scope: textIn(path.join(folder, name), 'scope'),
  }))
  // A mouse has a battery, too.
  const batteries = supplies.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device')
  if (batteries.length === 0) return null
  const mains = supplies.filter(({ type }) => type === 'Mains' || type === 'USB')
  if (mains.some(({ online }) => online === '1')) return false
  if (batteries.some(({ status }) => status === 'Discharging')) return true
  return mains.length > 0
}
