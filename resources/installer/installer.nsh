; Asks whether terminals are to find Tunewright's command line; its own code changes the search path of this user, which this
; language would cut where it is long. A silent installation changes nothing: `resources\bin\tunewright.cmd install-command` does it later.
!macro customHeader
  !ifndef BUILD_UNINSTALLER
    LangString askForCommand ${LANG_ENGLISH} "Shall terminals find the command tunewright? Its folder is then added to your PATH."
    LangString askForCommand ${LANG_SIMPCHINESE} "是否让终端能找到命令 tunewright？它的文件夹将被加入您的 PATH。"
  !endif
!macroend

!macro customInstall
  ${ifNot} ${isUpdated}
    MessageBox MB_YESNO|MB_ICONQUESTION "$(askForCommand)" /SD IDNO IDNO withoutCommand
    nsExec::Exec '"$INSTDIR\resources\bin\tunewright.cmd" install-command'
    withoutCommand:
  ${endif}
!macroend

!macro customUnInstall
  ${ifNot} ${isUpdated}
    nsExec::Exec '"$INSTDIR\resources\bin\tunewright.cmd" remove-command'
  ${endif}
!macroend
