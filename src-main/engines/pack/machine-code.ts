import { ownValue } from '../../core/values/named-values.ts'
import { open } from 'node:fs/promises'
import type { Target } from './pack-definition.ts'
import { WheelError } from './wheel-archive.ts'

/** `e_machine` of ELF; `cputype` of 64-bit Mach-O. */
const elfMachines: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7 }
const machMachines: Readonly<Record<string, number>> = { x64: 0x01000007, arm64: 0x0100000c }
const ELF_MAGIC = 0x7f454c46
const MACH_MAGIC = 0xfeedfacf
/** `MZ`; the real header lies where the four bytes at 60 say, and names the machine 4 bytes behind its start. */
const DOS_MAGIC = 0x4d5a
const PE_MAGIC = 0x50450000
const peMachines: Readonly<Record<string, number>> = { x64: 0x8664, arm64: 0xaa64 }
const HEAD_BYTES = 4096

/**
 * Looks whether a file is a shared library for this machine: the loader's own words for the wrong kind
 * would only come after the installation.
 * @throws WheelError
 */
export async function requireMachine(file: string, name: string, target: Target): Promise<void> {
  const { platform, architecture } = target
  const head = Buffer.alloc(HEAD_BYTES)
  const handle = await open(file, 'r')
  try {
    await handle.read(head, 0, head.length, 0)
  } finally {
    await handle.close()
  }
  const fits = fitsMachine(head, target)
  if (!fits) throw new WheelError('failure.wheel.otherMachine', { name, platform, architecture })
}

function fitsMachine(head: Buffer, { platform, architecture }: Target): boolean {
  if (platform === 'darwin') {
    return (
      head.readUInt32LE(0) === MACH_MAGIC &&
      head.readUInt32LE(4) === ownValue(machMachines, architecture)
    )
  }
  if (platform === 'win32') {
    const start = head.readUInt32LE(60)
    return (
      head.readUInt16BE(0) === DOS_MAGIC &&
      start <= HEAD_BYTES - 6 &&
      head.readUInt32BE(start) === PE_MAGIC &&
      head.readUInt16LE(start + 4) === ownValue(peMachines, architecture)
    )
  }
  return (
    head.readUInt32BE(0) === ELF_MAGIC &&
    head.readUInt16LE(18) === ownValue(elfMachines, architecture)
  )
}
