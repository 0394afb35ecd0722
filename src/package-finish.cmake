# What a Debian package has and an installed tree has not: copyright and changelogs, manual pages that are compressed, and
# Debian's folders. CPack runs it between installing the components and packing them.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH, where that is set
set(names ${CPACK_GRADCHECK_NAMES})
while(names)
  list(POP_FRONT names component name)
  string(TOLOWER ${component} component)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  if(NOT EXISTS ${root})
    continue()
  endif()
  set(doc ${root}/share/doc/${name})
  file(MAKE_DIRECTORY ${doc})
  file(COPY_FILE ${CPACK_GRADCHECK_SOURCE}/LICENSE ${doc}/copyright)
  file(COPY_FILE ${CPACK_GRADCHECK_SOURCE}/CHANGELOG.md ${doc}/changelog)
  file(WRITE ${doc}/changelog.Debian "gradcheck (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; "
    "urgency=medium\n\n  * What changed is in changelog.gz.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  if(EXISTS ${root}/share/zsh/site-functions) # which Debian's zsh does not look into
    file(RENAME ${root}/share/zsh/site-functions ${root}/share/zsh/vendor-completions)
  endif()
  file(GLOB pages ${root}/share/man/man1/*.1)
  execute_process(COMMAND gzip -9nf ${doc}/changelog ${doc}/changelog.Debian ${pages} COMMAND_ERROR_IS_FATAL ANY)
endwhile()
