import type { WebPreferences } from 'electron'

/**
 * The rights of a page of ours. Everything is said, defaults too: the snapshot test then also notices when
 * somebody changes one.
 */
export function webPreferences(preload: string, devTools: boolean): WebPreferences {
  return {
    preload,
    devTools,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    plugins: false,
    spellcheck: false,
    safeDialogs: true,
    // A hidden page may rest: whatever it missed, it asks for again.
    backgroundThrottling: true,
  }
}
