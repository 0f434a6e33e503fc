/**
 * The OSGi Typed Event Service 1.0 (OSGi Compendium 8, chapter 157) and Event Admin 1.4 (chapter 113) over the bus.
 *
 * <p>Handlers are found by whiteboard, events travel as D-Bus {@code a{sv}}. Nothing here is exported: applications see
 * only the API packages of the two specifications.
 */
package headway.events;
