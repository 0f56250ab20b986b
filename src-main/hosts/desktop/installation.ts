import path from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where the parts of this installation lie. */
export interface Installation {
  /** The plain Node that runs the back end and its children. */
  readonly nodeBinary: string
  readonly backEndEntry: URL
  readonly rendererFolder: string
  readonly preload: string
  readonly icons: string
  readonly licenses: string
  /** As PEM; builds without one take no updates. */
  readonly updateKey: string
  /** Puts an update in place. */
  readonly replacer: string
}

export interface InstallationContext {
  readonly isPackaged: boolean
  /** `app.getAppPath()`: the project's folder, or `resources/app.asar`. */
  readonly appPath: string
  /** `process.resourcesPath` */
  readonly resourcesPath: string
  readonly platform: NodeJS.Platform
  /** `TUNEWRIGHT_NODE`, set by `npm start`; a packaged application ignores it. */
  readonly nodeVariable: string | undefined
}

/**
 * A packaged application keeps what Electron's process reads in `app.asar`, and what the plain Node reads (it knows no
 * archives) beside it, unpacked; the Node binary is a resource of its own.
 * @throws Error if it is not packaged and `TUNEWRIGHT_NODE` is not set
 */
export function locateInstallation(context: InstallationContext): Installation {
  const { isPackaged, appPath, resourcesPath, platform, nodeVariable } = context
  if (!isPackaged && !nodeVariable) {
    throw new Error('TUNEWRIGHT_NODE names no Node 24; start with "npm start".')
  }
  const packagedNode = path.join(resourcesPath, 'node', platform === 'win32' ? 'node.exe' : 'node')
  const plain = isPackaged ? `${appPath}.unpacked` : appPath
  return {
    nodeBinary: isPackaged ? packagedNode : String(nodeVariable),
    backEndEntry: pathToFileURL(path.join(plain, 'src-main', 'entry-points', 'back-end.ts')),
    rendererFolder: path.join(appPath, 'dist', 'renderer'),
    preload: path.join(appPath, 'dist', 'preload', 'preload.cjs'),
    icons: path.join(appPath, 'resources', 'icons'),
    updateKey: path.join(plain, 'resources', 'update-key.pem'),
    replacer: path.join(plain, 'src-main', 'features', 'updates', 'node', 'replace-application.ts'),
    licenses: path.join(plain, 'resources', 'third-party-notices.md'),
  }
}
