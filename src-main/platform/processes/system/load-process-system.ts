import process from 'node:process'
import type { ProcessSystem } from './process-system.ts'

/** Only what this system needs is loaded: whoever watches over a program has to start quickly. */
export async function loadProcessSystem(platform = process.platform): Promise<ProcessSystem> {
  switch (platform) {
    case 'linux':
      return (await import('./linux-system.ts')).linuxSystem
    case 'win32':
      return (await import('./windows-system.ts')).windowsSystem()
    default:
      return (await import('./ps-system.ts')).psSystem
  }
}
