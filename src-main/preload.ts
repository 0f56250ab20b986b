import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { DesktopBridge } from './features/desktop/common/desktop.ts'
import { bridgeName, callChannel, pushChannel } from './core/processes/channels.ts'

/**
 * The only script with a way out of the sandbox. Three functions that give text only: the page never sees `ipcRenderer`, and
 * no event object, through which it could reach it.
 */
const bridge: DesktopBridge = {
  call: async body => ipcRenderer.invoke(callChannel, body) as Promise<string>,
  subscribe: listener => {
    const hear = (_event: unknown, message: string): void => {
      listener(message)
    }
    ipcRenderer.on(pushChannel, hear)
    return () => {
      ipcRenderer.off(pushChannel, hear)
    }
  },
  pathOf: file => webUtils.getPathForFile(file as File),
}

contextBridge.exposeInMainWorld(bridgeName, bridge)
