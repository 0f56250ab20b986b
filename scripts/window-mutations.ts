/** A change for the worse of what runs in the window's processes, and the tests that have to notice it. */
export interface Mutation {
  readonly name: string
  readonly build: 'main' | 'preload'
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
  /** File of `test/window`, and a part of the test's name. */
  readonly test: readonly [file: string, name: string]
}

/** Written down before they were tried: each takes one promise of docs/desktop.md away. */
export const mutations: readonly Mutation[] = [
  {
    name: 'sender check',
    build: 'main',
    file: 'src-main/hosts/desktop/ipc-server.ts',
    from: 'if (!isOwnSender(event)) throw',
    to: 'if (!isOwnSender(event) && body === null) throw',
    test: ['security.test.ts', 'a page of another origin'],
  },
  {
    name: 'permission handler',
    build: 'main',
    file: 'src-main/hosts/desktop/session-policy.ts',
    from: 'callback(isOwnAddress(contents.getURL()) && allowedPermissions.includes(permission))',
    to: 'callback(isOwnAddress(contents.getURL()) || allowedPermissions.includes(permission))',
    test: ['security.test.ts', 'a page gets nothing'],
  },
  {
    name: 'window open handler',
    build: 'main',
    file: 'src-main/hosts/desktop/main-window.ts',
    from: "return { action: 'deny' }",
    to: "return { action: 'allow' }",
    test: ['security.test.ts', 'a page gets nothing'],
  },
  {
    name: 'close question',
    build: 'main',
    file: 'src-main/hosts/desktop/desktop-app.ts',
    from: 'if (this.#isQuitting || !isRunning || !isLast) return',
    to: 'if (this.#isQuitting || isRunning || !isLast) return',
    test: ['running.test.ts', 'cancel leaves everything'],
  },
  {
    name: 'single instance',
    build: 'main',
    file: 'src-main/hosts/desktop/desktop-app.ts',
    from: 'this.take(askedBySecondStart(data))',
    to: 'this.take(askedBySecondStart(null))',
    test: ['start.test.ts', 'a second start with a study file'],
  },
  {
    name: 'restart of the back end',
    build: 'main',
    file: 'src-main/hosts/desktop/back-end-client.ts',
    from: 'maxRestarts: 5',
    to: 'maxRestarts: 0',
    test: ['running.test.ts', 'a back end that is killed'],
  },
  {
    name: 'protocol containment',
    build: 'main',
    file: 'src-main/hosts/calls/renderer-files.ts',
    from: "if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return null",
    to: "if (inside === '') return null",
    test: ['security.test.ts', 'a page gets nothing'],
  },
  {
    name: 'download dialog',
    build: 'main',
    file: 'src-main/hosts/desktop/session-policy.ts',
    from: 'item.setSaveDialogOptions({',
    to: "item.setSavePath(path.join(app.getPath('downloads'), name))\nObject.assign({}, {",
    test: ['files.test.ts', 'a file that the page made'],
  },
  {
    name: 'print',
    build: 'main',
    file: 'src-main/hosts/desktop/print-page.ts',
    from: "callback({ cancel: url !== address && !url.startsWith('data:') })",
    to: "callback({ cancel: url === address && !url.startsWith('data:') })",
    test: ['print.test.ts', 'a report becomes a PDF'],
  },
  {
    name: 'tray',
    build: 'main',
    file: 'src-main/hosts/desktop/tray-icon.ts',
    from: "tray.on('click', actions.showWindow)",
    to: "tray.on('double-click', actions.showWindow)",
    test: ['running.test.ts', 'leaves the tray'],
  },
  {
    // Chromium goes to a file that is dropped where nothing takes it, as to any other address.
    name: 'drag',
    build: 'main',
    file: 'src-main/hosts/desktop/navigation-guards.ts',
    from: "contents.on('will-navigate', event => {",
    to: "contents.on('will-attach-webview', event => {",
    test: ['security.test.ts', 'a page stays where it is'],
  },
  {
    name: 'state of the window',
    build: 'main',
    file: 'src-main/hosts/desktop/window-state.ts',
    from: 'isGraspable(saved, workArea))) return saved',
    to: 'isGraspable(saved, workArea) || saved.width > 0)) return saved',
    test: ['start.test.ts', 'a screen which is gone'],
  },
]
