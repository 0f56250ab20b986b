import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface FakeDomain {
  /** Of its folder, e.g. `intel-rapl:0`. */
  readonly entry: string
  /** e.g. `package-0` */
  readonly name: string
  readonly joules: number
  /** Default: that of a desktop processor. */
  readonly rangeJoules?: number
}

/** Puts a domain into a folder that looks like Linux' /sys/class/powercap, or sets its counter. */
export function setFakeDomain(folder: string, domain: FakeDomain): void {
  const { entry, name, joules, rangeJoules = 262_143.32885 } = domain
  const domainFolder = path.join(folder, entry)
  mkdirSync(domainFolder, { recursive: true })
  const write = (file: string, text: string): void => {
    writeFileSync(path.join(domainFolder, file), `${text}\n`)
  }
  write('name', name)
  write('energy_uj', String(Math.round(joules * 1e6)))
  write('max_energy_range_uj', String(Math.round(rangeJoules * 1e6)))
}
