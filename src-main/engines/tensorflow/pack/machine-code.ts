import { open } from 'node:fs/promises'
import type { Target } from './select-files.ts'
import { WheelError } from './wheel-archive.ts'

/** `e_machine` of ELF; `cputype` of 64-bit Mach-O. */
const elfMachines: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7 }
const machMachines: Readonly<Record<string, number>> = { x64: 0x01000007, arm64: 0x0100000c }
const ELF_MAGIC = 0x7f454c46
const MACH_MAGIC = 0xfeedfacf

/**
 * Looks whether a file is a shared library for this machine: the loader's own words for the wrong kind
 * would only come after the installation.
 * @throws WheelError
 */
export async function requireMachine(file: string, name: string, target: Target): Promise<void> {
  const { platform, architecture } = target
  const head = Buffer.alloc(20)
  const handle = await open(file, 'r')
  try {
    await handle.read(head, 0, head.length, 0)
  } finally {
    await handle.close()
  }
  const fits =
    platform === 'darwin'
      ? head.readUInt32LE(0) === MACH_MAGIC && head.readUInt32LE(4) === machMachines[architecture]
      : head.readUInt32BE(0) === ELF_MAGIC && head.readUInt16LE(18) === elfMachines[architecture]
  if (!fits) throw new WheelError('failure.wheel.otherMachine', { name, platform, architecture })
}
