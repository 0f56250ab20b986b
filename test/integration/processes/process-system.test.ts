import process from 'node:process'
import { processSystemSuite } from '../../suites/process-system-suite.ts'

const isWindows = process.platform === 'win32'

if (!isWindows) {
  // macOS is tried by its adapter alone, which asks `ps`; what it asks of the system itself is there alone.
  const weighs = process.platform === 'darwin'
  processSystemSuite('darwin', { daemons: false, dieWithHolder: false, weighs })
}
if (process.platform !== 'darwin') {
  processSystemSuite(process.platform, { daemons: true, dieWithHolder: isWindows, weighs: true })
}
