import process from 'node:process'
import * as electron from 'electron'
import { commandLineOf } from './hosts/desktop/command-line.ts'
import { startDesktop } from './hosts/desktop/start-desktop.ts'

/** The desktop application: composition root of Electron's main process. */
const { argv, platform, resourcesPath, env: environment } = process
const plain = commandLineOf({
  argv,
  platform,
  resourcesPath,
  environment,
  isPackaged: electron.app.isPackaged,
})
if (plain === null) {
  void startDesktop(electron, {
    argv,
    platform,
    resourcesPath,
    environment,
    binary: process.execPath,
    folder: process.cwd(),
  })
} else if (process.execve === undefined) throw new Error('process.execve')
else process.execve(plain.binary, [...plain.words], plain.environment)
