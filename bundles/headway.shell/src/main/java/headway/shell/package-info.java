/**
 * The commands, for people and scripts. Each is said once, in {@link headway.shell.Operations}, and serves both the command
 * line and Gogo.
 *
 * <p>A <em>command</em> of the command line is a service {@link java.util.function.ToIntBiFunction} of its arguments and a
 * way to the bus; the result is the exit code. Its property {@code headway.command} is its name and {@code headway.summary}
 * says what it does, so any bundle can bring commands. An {@link IllegalArgumentException} that it throws is the caller's
 * mistake.
 */
package headway.shell;
