/** The command `tunewright` of an installed application, and whether terminals find it. */
export interface InstalledCommand {
  /** The program itself, within the application. */
  readonly program: string
  /** How terminals come to find it: a link or a small script in a folder of the search path, or its own folder as a part of that path. */
  readonly way: 'link' | 'script' | 'searchPath'
  /** The link or the script, or the folder. */
  readonly location: string
  /** `other`: a file that is not ours is at its location. `elsewhere`: terminals find it already, by the system's package or a person. */
  readonly state: 'absent' | 'installed' | 'other' | 'elsewhere'
  /** New terminals look there. */
  readonly isOnPath: boolean
  /** For `pip install`. */
  readonly pythonPackage: string
  /** Completes study files in editors. */
  readonly schema: string
  /** Both of this version lie there. An AppImage's own files go when it ends: they are copied when the command is installed. */
  readonly filesExist: boolean
}
