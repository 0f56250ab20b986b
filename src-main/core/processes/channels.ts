/** Names only: the preload script is bundled with this file and nothing else. */

/** Renderer to main: one call of the back end as wire text, answered by an envelope as wire text. */
export const callChannel = 'tunewright:call'
/** Main to renderer: one {@link DesktopPush} as wire text. */
export const pushChannel = 'tunewright:push'
/** Under which the preload script offers the bridge to the page (`window.tunewright`). */
export const bridgeName = 'tunewright'
/** Page to web host: the header with the key of its session, beside the cookie. */
export const keyHeader = 'tunewright-key'
