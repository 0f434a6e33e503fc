/**
 * The native wall: libc as C has it, and three objects that make it safe to use from several threads.
 *
 * <p>One class for each C header ({@link headway.sys.Socket} is {@code <sys/socket.h>}) holds its constants, the places of
 * its structures' fields and its functions, under their C names. Memory is passed as addresses ({@link
 * headway.sys.OffHeap}), many messages as one {@link headway.sys.Messages}, and {@link headway.sys.NativeSocket} owns what
 * must be closed. Ask {@link headway.sys.Natives} first whether there is native code at all.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package headway.sys;
