/** The launcher of the runnable head unit: settings in, a framework with the right bundles, a command's exit code out. */
package headway.distro;
