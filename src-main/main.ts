import process from 'node:process'
import * as electron from 'electron'
import { startDesktop } from './desktop/start-desktop.ts'

/** The desktop application: composition root of Electron's main process. */
void startDesktop(electron, {
  argv: process.argv,
  binary: process.execPath,
  folder: process.cwd(),
  platform: process.platform,
  resourcesPath: process.resourcesPath,
  environment: process.env,
})
