; Asks whether terminals are to find Tunewright's command line; its own code changes the search path of this user, which this
; language would cut where it is long. A silent installation changes nothing: `resources\bin\tunewright.cmd install-command` does it later.
!macro customHeader
  !ifndef BUILD_UNINSTALLER
    LangString askForCommand ${LANG_ENGLISH} "Shall terminals find the command tunewright? Its folder is then added to your PATH."
    LangString askForCommand ${LANG_SIMPCHINESE} "是否让终端能找到命令 tunewright？它的文件夹将被加入您的 PATH。"
    LangString commandFailed ${LANG_ENGLISH} "Your PATH could not be changed, so terminals do not find the command tunewright yet. Tunewright itself is installed; Settings > Command line tries again and says why it fails."
    LangString commandFailed ${LANG_SIMPCHINESE} "无法更改您的 PATH，终端暂时还找不到命令 tunewright。Tunewright 本身已安装；可在“设置 > 命令行”中重试并查看失败原因。"
  !endif
!macroend

!macro customInstall
  ${ifNot} ${isUpdated}
    MessageBox MB_YESNO|MB_ICONQUESTION "$(askForCommand)" /SD IDNO IDNO withoutCommand
    nsExec::Exec '"$INSTDIR\resources\bin\tunewright.cmd" install-command'
    Pop $0
    ${if} $0 != 0
      DetailPrint "$(commandFailed)"
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(commandFailed)" /SD IDOK
    ${endif}
    withoutCommand:
  ${endif}
!macroend

!macro customUnInstall
  ${ifNot} ${isUpdated}
    nsExec::Exec '"$INSTDIR\resources\bin\tunewright.cmd" remove-command'
    Pop $0
    ${if} $0 != 0
      ; What it could not take out of the PATH is harmless, for its folder is gone.
      DetailPrint "tunewright.cmd remove-command: $0"
    ${endif}
  ${endif}
!macroend
