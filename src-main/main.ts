import path from 'node:path'
import process from 'node:process'
import * as electron from 'electron'
import { registerPageScheme } from './desktop/app-protocol.ts'
import { DesktopApp } from './desktop/desktop-app.ts'
import { locateInstallation } from './desktop/installation.ts'
import { guardNavigation } from './desktop/navigation-guards.ts'

/** The desktop application: composition root of Electron's main process. `--db FILE` opens another database. */
const { app, protocol } = electron

// Before anything else exists: every page is sandboxed and stays where it is.
app.enableSandbox()
registerPageScheme(protocol)
guardNavigation(app)

if (app.requestSingleInstanceLock()) void start()
else app.quit()

async function start(): Promise<void> {
  app.setAppUserModelId('app.tunewright.desktop')
  await app.whenReady()
  const installation = locateInstallation({
    isPackaged: app.isPackaged,
    appPath: app.getAppPath(),
    resourcesPath: process.resourcesPath,
    platform: process.platform,
    nodeVariable: process.env.TUNEWRIGHT_NODE,
  })
  const database = app.commandLine.getSwitchValue('db')
  new DesktopApp({
    electron,
    installation,
    databasePath: database === '' ? null : path.resolve(database),
    devTools: !app.isPackaged,
  })
}
