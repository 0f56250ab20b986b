import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Whether the machine runs on its battery, as Linux shows it; null where nobody says, as on a machine without one.
 * @param folder default: that of Linux
 */
export function readOnBattery(folder = '/sys/class/power_supply'): boolean | null {
  const supplies = entries(folder).map(name => ({
    type: text(path.join(folder, name), 'type'),
    online: text(path.join(folder, name), 'online'),
    status: text(path.join(folder, name), 'status'),
    scope: text(path.join(folder, name), 'scope'),
  }))
  // A mouse has a battery, too.
  const batteries = supplies.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device')
  if (batteries.length === 0) return null
  const mains = supplies.filter(({ type }) => type === 'Mains' || type === 'USB')
  if (mains.some(({ online }) => online === '1')) return false
  if (batteries.some(({ status }) => status === 'Discharging')) return true
  return mains.length > 0
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function text(folder: string, file: string): string | null {
  try {
    return readFileSync(path.join(folder, file), 'utf8').trim()
  } catch {
    return null
  }
}
